import { client, unwrap } from '@/api/client';
import { endSession } from '@/api/connection';
import { errorText } from '@/api/error-text';
import { tellOtherTabs } from '@/api/tabs-channel';
import { translate } from '@/i18n/setup';
import { toast } from '@/ui/toast';

/** Ends the session and loads the sign-in page afresh, so that nothing of the workspace stays in memory. */
export async function signOut() {
  try {
    await unwrap(client.POST('/auth/logout'));
  } catch (error) {
    toast.failed({ title: translate('shell.signOut.failed'), description: errorText(error) });
    return;
  }
  tellOtherTabs({ kind: 'left' });
  endSession();
  window.location.assign('/login');
}
