/** The shortest password that the server takes. */
export const passwordMinimum = 15;

/** Characters as a person counts them, not UTF-16 units. */
export function passwordLength(password: string): number {
  return Array.from(password).length;
}
