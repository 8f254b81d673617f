import { useFormat } from '@/i18n/use-format';

/** A score from -1 to 1 as it is written: "+0.62". */
export function useScoreText() {
  const format = useFormat();
  return (score: number) =>
    format.number(score, { signDisplay: 'exceptZero', minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
