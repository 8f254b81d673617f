import { useQueryClient } from '@tanstack/react-query';
import { useStore } from 'zustand';
import { useMe } from '@/api/bootstrap';
import { connection, endSession, resumeSession } from '@/api/connection';
import { useT } from '@/i18n/use-t';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { LoginForm } from './login-form';

/**
 * Over the page when the session ended under it. The requests that were refused wait and go on after the sign-in, so
 * nothing that was typed is lost.
 */
export function SessionDialog() {
  const t = useT();
  const me = useMe();
  const queryClient = useQueryClient();
  const open = useStore(connection, (state) => state.sessionEnded);

  const leave = () => {
    endSession();
    window.location.assign('/login');
  };

  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && leave()}
      keepOpen
      dismissible={false}
      size="small"
      title={t('session.dialog.title')}
      description={t('session.dialog.text')}
    >
      <LoginForm
        email={me.email}
        onSignedIn={(signedIn) => {
          if (signedIn.id !== me.id) {
            window.location.reload();
            return;
          }
          resumeSession();
          void queryClient.invalidateQueries();
        }}
      />
      <Button variant="link" className="mx-auto mt-3 flex" onClick={leave}>
        {t('session.leave.label')}
      </Button>
    </Dialog>
  );
}
