import { expect, test } from 'vitest';
import { describeDetail } from './audit-text';

test('tells the detail on one line and leaves out what is empty', () => {
  expect(describeDetail({ name: 'Form', role: 'member', note: null, text: '', on: false })).toBe(
    'name: Form, role: member, on: false',
  );
  expect(describeDetail({ changes: [{ field: 'name' }] })).toBe('changes: [{"field":"name"}]');
  expect(describeDetail({})).toBe('');
});
