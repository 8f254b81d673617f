export const expiryChoices = ['30', '90', '365', 'never'] as const;
export type Expiry = (typeof expiryChoices)[number];

/** The moment a key made now stops working; `null` for never. */
export function expiresAt(expiry: Expiry, now: Date): Date | null {
  if (expiry === 'never') return null;
  const end = new Date(now);
  end.setDate(end.getDate() + Number(expiry));
  return end;
}
