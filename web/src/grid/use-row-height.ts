import { useEffect, useState } from 'react';
import { usePreferences } from '@/lib/preferences';

/** The height of a table row in pixels, as the style sheet has it for this density and pointer. */
function read(): number {
  const value = getComputedStyle(document.documentElement).getPropertyValue('--row-height');
  const height = Number.parseFloat(value);
  return Number.isFinite(height) && height > 0 ? height : 36;
}

export function useRowHeight(): number {
  const density = usePreferences((preferences) => preferences.density);
  const [height, setHeight] = useState(read);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another density is another height
  useEffect(() => {
    const update = () => setHeight(read());
    update();
    const coarse = matchMedia('(pointer: coarse)');
    coarse.addEventListener('change', update);
    return () => coarse.removeEventListener('change', update);
  }, [density]);
  return height;
}
