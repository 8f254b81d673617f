import { createFileRoute, useNavigate } from '@tanstack/react-router';
import * as v from 'valibot';
import { LoginPage } from '@/features/auth/login-page';
import { safePath } from '@/lib/safe-path';

const search = v.object({ next: v.optional(v.fallback(v.string(), '/home')) });

export const Route = createFileRoute('/login')({
  validateSearch: search,
  component: LoginRoute,
});

function LoginRoute() {
  const { next } = Route.useSearch();
  const navigate = useNavigate();
  return <LoginPage onDone={() => void navigate({ href: safePath(next), replace: true })} />;
}
