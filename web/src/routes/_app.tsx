import { useQuery } from '@tanstack/react-query';
import { createFileRoute, Navigate, Outlet, useLocation } from '@tanstack/react-router';
import { bootstrapQuery } from '@/api/bootstrap';
import { isStatus } from '@/api/errors';
import { SessionDialog } from '@/features/auth/session-dialog';
import { ProblemScreen } from '@/features/shell/problem-screen';
import { Shell } from '@/features/shell/shell';
import { ShellSkeleton } from '@/features/shell/shell-skeleton';

export const Route = createFileRoute('/_app')({
  component: AppRoute,
  errorComponent: ({ error }) => <ProblemScreen error={error} />,
});

/** Everything behind the sign-in. Whether there is one is known from the bootstrap answer, once, at start. */
function AppRoute() {
  const { data, error } = useQuery(bootstrapQuery);
  const next = useLocation({ select: (location) => location.href });
  if (data) {
    return (
      <>
        <Shell>
          <Outlet />
        </Shell>
        <SessionDialog />
      </>
    );
  }
  if (isStatus(error, 401)) {
    return <Navigate to="/login" search={next === '/home' ? {} : { next }} replace />;
  }
  if (error) return <ProblemScreen error={error} />;
  return <ShellSkeleton />;
}
