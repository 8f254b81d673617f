import { describe, expect, it } from 'vitest';
import { domainOf } from './domains';

describe('the domain in what people type', () => {
  it.each([
    ['example.com', 'example.com'],
    [' WWW.Example.COM ', 'example.com'],
    ['https://www.example.co.uk/about?x=1#top', 'example.co.uk'],
    ['ann@sub.example.com', 'sub.example.com'],
    ['http://example.com:8080/', 'example.com'],
    ['müller.de', 'müller.de'],
    ['example.com.', 'example.com'],
  ])('%s is %s', (text, domain) => {
    expect(domainOf(text)).toBe(domain);
  });

  it.each(['', 'example', 'ann@', 'two words.com', '-bad.com', 'bad-.com', '..'])('%j is none', (text) => {
    expect(domainOf(text)).toBeNull();
  });
});
