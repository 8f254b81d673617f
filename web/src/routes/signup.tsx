import { createFileRoute, useNavigate } from '@tanstack/react-router';
import { SignupPage } from '@/features/auth/signup-page';

export const Route = createFileRoute('/signup')({
  component: SignupRoute,
});

function SignupRoute() {
  const navigate = useNavigate();
  return <SignupPage onDone={() => void navigate({ to: '/home', replace: true })} />;
}
