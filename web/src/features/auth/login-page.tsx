import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { bootstrapQuery } from '@/api/bootstrap';
import { useT } from '@/i18n/use-t';
import { AuthPage } from './auth-page';
import { LoginForm } from './login-form';

export function LoginPage({ onDone }: { onDone: () => void }) {
  const t = useT();
  const queryClient = useQueryClient();
  return (
    <AuthPage
      title={t('login.page.title')}
      description={t('login.page.text')}
      footer={
        <>
          {t('login.signup.text')}{' '}
          <Link to="/signup" className="font-medium text-accent-fg hover:underline">
            {t('login.signup.label')}
          </Link>
        </>
      }
    >
      <LoginForm
        onSignedIn={async () => {
          await queryClient.resetQueries({ queryKey: bootstrapQuery.queryKey });
          onDone();
        }}
      />
    </AuthPage>
  );
}
