import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, Outlet } from '@tanstack/react-router';
import { NotFoundScreen, ProblemScreen } from '@/features/shell/problem-screen';
import { Toaster } from '@/ui/toast';
import { TooltipLayer } from '@/ui/tooltip-layer';

interface RouterContext {
  queryClient: QueryClient;
}

export const Route = createRootRouteWithContext<RouterContext>()({
  component: RootRoute,
  errorComponent: ({ error }) => <ProblemScreen error={error} />,
  notFoundComponent: NotFoundScreen,
});

function RootRoute() {
  return (
    <>
      <Outlet />
      <Toaster />
      <TooltipLayer />
    </>
  );
}
