import '@/styles/app.css';
import { activateLanguage } from '@/i18n/setup';

// Component tests read texts as a person with an English browser does.
await activateLanguage('en');
