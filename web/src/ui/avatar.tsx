import { useState } from 'react';
import { cn } from '@/lib/cn';
import { initials, toneOf } from '@/lib/initials';
import { toneStyle } from './badge';

interface AvatarProps {
  /** Decides initials and colour. Decorative: the name stands beside the avatar. */
  name: string;
  url?: string | null;
  size?: 'small' | 'medium' | 'large';
  /** Companies are squares, people circles. */
  shape?: 'circle' | 'square';
  className?: string;
}

const sizes = {
  small: 'size-5 text-[0.5625rem]',
  medium: 'size-7 text-2xs',
  large: 'size-10 text-sm',
} as const;

export function Avatar({ name, url, size = 'small', shape = 'circle', className }: AvatarProps) {
  const [broken, setBroken] = useState<string | null>(null);
  return (
    <span
      aria-hidden
      className={cn(
        'inline-flex shrink-0 items-center justify-center overflow-hidden font-semibold',
        toneStyle[toneOf(name)],
        sizes[size],
        shape === 'circle' ? 'rounded-full' : 'rounded-sm',
        className,
      )}
    >
      {url && url !== broken ? (
        // biome-ignore lint/a11y/noNoninteractiveElementInteractions: loading is not an interaction
        <img src={url} alt="" className="size-full object-cover" onError={() => setBroken(url)} />
      ) : (
        initials(name)
      )}
    </span>
  );
}
