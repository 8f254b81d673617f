import { useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';

/** Tells screen readers which page came up, since nothing is loaded that they would notice. */
export function RouteAnnouncer() {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const [title, setTitle] = useState('');
  useEffect(() => {
    if (path === undefined) return;
    // The page sets its title while it renders, one step after the path changed.
    const timer = setTimeout(() => setTitle(document.title), 100);
    return () => clearTimeout(timer);
  }, [path]);
  return (
    <div aria-live="polite" className="sr-only">
      {title}
    </div>
  );
}
