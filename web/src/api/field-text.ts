import { translate } from '@/i18n/setup';
import { fieldProblems } from './errors';

/** Texts for the codes that forms meet often; for others the server's own sentence is shown. */
const known = {
  required: 'common.field.required',
  too_short: 'common.field.tooShort',
  too_guessable: 'common.field.tooGuessable',
  too_long: 'common.field.tooLong',
  invalid_email: 'common.field.email',
  invalid_linkedin: 'common.field.linkedin',
  invalid_phone: 'common.field.phone',
  phone_needs_country: 'common.field.phoneCountry',
  invalid_telegram: 'common.field.telegram',
  wrong_password: 'common.field.wrongPassword',
  email_taken: 'common.field.emailTaken',
} as const;

/** The message for the field at `path` of the body that was refused, or nothing. */
export function fieldText(error: unknown, path: string): string | null {
  const problem = fieldProblems(error)[path];
  if (!problem) return null;
  if (problem.code === 'too_long') {
    // The server's sentence holds the number.
    const max = /\d+/.exec(problem.message);
    if (max) return translate('common.field.atMost', { max: Number(max[0]) });
  }
  const id = known[problem.code as keyof typeof known];
  return id ? translate(id) : problem.message.charAt(0).toUpperCase() + problem.message.slice(1);
}

/**
 * What is wrong with a text of more than `max` characters, or null; counted as the API counts. Fields say this instead
 * of cutting what is typed or pasted: whoever pastes seldom sees the end.
 */
export function tooLong(text: string, max: number): string | null {
  const trimmed = text.trim();
  if (trimmed.length <= max || [...trimmed].length <= max) return null;
  return translate('common.field.atMost', { max });
}
