import { describe, expect, it } from 'vitest';
import { contactHref, guessChannel } from './channels';

describe('guessing the channel of an address', () => {
  it.each([
    ['ann@example.com', 'email'],
    ['ann@', 'email'],
    ['+49 30 901820', 'phone'],
    ['(030) 90 18-20', 'phone'],
    ['https://www.linkedin.com/in/ann-bell', 'linkedin'],
    ['de.linkedin.com/in/ann', 'linkedin'],
    ['in/ann-bell', 'linkedin'],
    ['@annbell', 'telegram'],
    ['t.me/annbell', 'telegram'],
    ['Ann Bell', null],
    ['42', null],
    ['', null],
  ])('%s is %s', (value, channel) => {
    expect(guessChannel(value)).toBe(channel);
  });
});

describe('opening an address', () => {
  it('leads to the program for it', () => {
    expect(contactHref('email', 'ann@example.com')).toBe('mailto:ann@example.com');
    expect(contactHref('phone', '+4930901820')).toBe('tel:+4930901820');
    expect(contactHref('linkedin', 'in/ann')).toBe('https://www.linkedin.com/in/ann');
    expect(contactHref('telegram', '@ann')).toBe('https://t.me/ann');
  });

  it('leads nowhere for what is no address of the web', () => {
    expect(contactHref('telegram', '123456')).toBeNull();
    expect(contactHref('linkedin', 'javascript:alert(1)')).toBeNull();
  });
});
