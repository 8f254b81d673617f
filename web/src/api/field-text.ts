import { translate } from '@/i18n/setup';
import { fieldProblems } from './errors';

/** Texts for the codes that forms meet often; for others the server's own sentence is shown. */
const known = {
  required: 'common.field.required',
  too_short: 'common.field.tooShort',
  too_guessable: 'common.field.tooGuessable',
  too_long: 'common.field.tooLong',
  invalid_email: 'common.field.email',
  wrong_password: 'common.field.wrongPassword',
  email_taken: 'common.field.emailTaken',
} as const;

/** The message for the field at `path` of the body that was refused, or nothing. */
export function fieldText(error: unknown, path: string): string | null {
  const problem = fieldProblems(error)[path];
  if (!problem) return null;
  const id = known[problem.code as keyof typeof known];
  return id ? translate(id) : problem.message.charAt(0).toUpperCase() + problem.message.slice(1);
}
