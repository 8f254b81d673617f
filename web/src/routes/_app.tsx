import { useQuery } from '@tanstack/react-query';
import { createFileRoute, Outlet, useNavigate, useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
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
  const { data, error, refetch } = useQuery(bootstrapQuery);
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
  if (isStatus(error, 401)) return <ToSignIn />;
  if (error) return <ProblemScreen error={error} onRetry={() => void refetch()} />;
  return <ShellSkeleton />;
}

function ToSignIn() {
  const router = useRouter();
  const navigate = useNavigate();
  // Read once: on the way to the sign-in page the location is no longer the one to come back to.
  const [next] = useState(() => router.state.location.href);
  useEffect(() => {
    void navigate({ to: '/login', search: next === '/home' ? {} : { next }, replace: true });
  }, [navigate, next]);
  return <ShellSkeleton />;
}
