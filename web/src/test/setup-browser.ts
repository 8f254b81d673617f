import '@/styles/app.css';
import { activateLanguage, loadLaterTexts } from '@/i18n/setup';

// Component tests read texts as a person with an English browser does.
await activateLanguage('en');
await loadLaterTexts();
