import { cva, type VariantProps } from 'class-variance-authority';
import { type ComponentProps, useId } from 'react';
import { cn } from '@/lib/cn';
import { ariaKeys } from '@/lib/keys';
import { Spinner } from './spinner';
import { Tooltip } from './tooltip';

/** Also for links that look like buttons. */
export const buttonStyle = cva(
  'inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md border font-medium no-underline transition-colors duration-100 aria-disabled:cursor-not-allowed disabled:cursor-not-allowed',
  {
    variants: {
      variant: {
        primary:
          'border-transparent bg-accent text-on-accent shadow-1 hover:bg-accent-hover data-disabled:bg-sunken data-disabled:text-faint data-disabled:shadow-none',
        secondary:
          'border-line bg-surface text-fg shadow-1 hover:bg-hover data-disabled:bg-transparent data-disabled:text-faint data-disabled:shadow-none data-popup-open:bg-hover',
        ghost:
          'border-transparent bg-transparent text-muted hover:bg-hover hover:text-fg data-disabled:bg-transparent data-disabled:text-faint data-disabled:not-aria-busy:[&_svg]:opacity-50 data-popup-open:bg-hover data-popup-open:text-fg',
        danger:
          'border-transparent bg-danger text-on-accent shadow-1 hover:bg-danger-hover data-disabled:bg-sunken data-disabled:text-faint data-disabled:shadow-none',
        dangerGhost:
          'border-transparent bg-transparent text-danger-fg hover:bg-danger-soft data-disabled:bg-transparent data-disabled:text-faint',
        link: 'h-auto! border-transparent px-0! text-accent-fg underline-offset-2 hover:underline data-disabled:text-faint',
      },
      size: {
        medium: 'h-control px-3 text-sm',
        small: 'h-control-small px-2 text-sm',
        icon: 'size-control text-sm',
        smallIcon: 'size-control-small text-sm',
      },
      full: { true: 'w-full' },
    },
    defaultVariants: { variant: 'secondary', size: 'medium' },
  },
);

export interface ButtonProps extends ComponentProps<'button'>, VariantProps<typeof buttonStyle> {
  /** Waits for an answer: shows a spinner, keeps its width and focus, ignores presses. */
  loading?: boolean;
  /** Why the action is not allowed now. Disables the button, which stays focusable so that the reason can be read. */
  disabledReason?: string;
}

export function Button({
  variant,
  size,
  full,
  className,
  loading = false,
  disabled = false,
  disabledReason,
  type = 'button',
  onClick,
  children,
  ...props
}: ButtonProps) {
  const reasonId = useId();
  // The browser's own `disabled` would take the focus away from somebody who just pressed the button.
  const inert = loading || disabledReason !== undefined;
  const button = (
    <button
      {...props}
      type={type}
      disabled={disabled && !inert}
      data-disabled={disabled || inert ? '' : undefined}
      aria-disabled={inert || props['aria-disabled']}
      aria-busy={loading || undefined}
      aria-describedby={disabledReason ? reasonId : props['aria-describedby']}
      onClick={(event) => {
        if (inert) event.preventDefault();
        else onClick?.(event);
      }}
      className={cn(buttonStyle({ variant, size, full }), loading && 'relative', className)}
    >
      {loading ? (
        <>
          <span className="absolute inset-0 flex items-center justify-center">
            <Spinner />
          </span>
          <span className="invisible contents">{children}</span>
        </>
      ) : (
        children
      )}
    </button>
  );
  if (!disabledReason) return button;
  return (
    <>
      <Tooltip content={disabledReason}>{button}</Tooltip>
      <span id={reasonId} className="sr-only">
        {disabledReason}
      </span>
    </>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, 'full'> {
  /** Accessible name and tooltip. */
  label: string;
  keys?: string;
  side?: 'top' | 'right' | 'bottom' | 'left';
}

export function IconButton({
  label,
  keys,
  side,
  variant = 'ghost',
  size = 'smallIcon',
  disabledReason,
  ...props
}: IconButtonProps) {
  const button = (
    <Button
      {...props}
      variant={variant}
      size={size}
      aria-label={label}
      aria-keyshortcuts={keys ? ariaKeys(keys) : undefined}
      disabledReason={disabledReason}
    />
  );
  if (disabledReason) return button;
  return (
    <Tooltip content={label} keys={keys} side={side}>
      {button}
    </Tooltip>
  );
}
