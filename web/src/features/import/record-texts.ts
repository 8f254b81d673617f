import { Building2, Handshake, type LucideIcon, Package, Users } from 'lucide-react';
import type { ImportRecord, ImportState } from '@/api/types';
import type { MessageId } from '@/i18n/message-id';
import type { Tone } from '@/ui/badge';

interface RecordTexts {
  icon: LucideIcon;
  /** Name of the kind of record, in the plural. */
  label: MessageId;
  hint: MessageId;
  /** What must be matched so that a row names something. */
  nameless: MessageId;
  matchedBy: MessageId;
  policy: MessageId;
  /** What is added to a record whose gaps are filled. */
  fillHint: MessageId;
  /** What a record that is made although it is known has to do without. */
  createHint: MessageId;
  run: MessageId;
  show: MessageId;
  undoCreated: MessageId;
  undoUpdated: MessageId;
}

/** Whole sentences for each kind of record: parts of sentences cannot be translated. */
export const recordTexts: Record<ImportRecord, RecordTexts> = {
  customer: {
    icon: Users,
    label: 'nav.customers.label',
    hint: 'imports.record.customerHint',
    nameless: 'imports.nameless.customer',
    matchedBy: 'imports.matchedBy.customer',
    policy: 'imports.policy.customer',
    fillHint: 'imports.policy.customerFillHint',
    createHint: 'imports.policy.customerCreateHint',
    run: 'imports.run.customer',
    show: 'imports.show.customer',
    undoCreated: 'imports.undo.customerCreated',
    undoUpdated: 'imports.undo.customerUpdated',
  },
  company: {
    icon: Building2,
    label: 'nav.companies.label',
    hint: 'imports.record.companyHint',
    nameless: 'imports.nameless.company',
    matchedBy: 'imports.matchedBy.company',
    policy: 'imports.policy.company',
    fillHint: 'imports.policy.companyFillHint',
    createHint: 'imports.policy.companyCreateHint',
    run: 'imports.run.company',
    show: 'imports.show.company',
    undoCreated: 'imports.undo.companyCreated',
    undoUpdated: 'imports.undo.companyUpdated',
  },
  product: {
    icon: Package,
    label: 'nav.products.label',
    hint: 'imports.record.productHint',
    nameless: 'imports.nameless.product',
    matchedBy: 'imports.matchedBy.product',
    policy: 'imports.policy.product',
    fillHint: 'imports.policy.productFillHint',
    createHint: 'imports.policy.productCreateHint',
    run: 'imports.run.product',
    show: 'imports.show.product',
    undoCreated: 'imports.undo.productCreated',
    undoUpdated: 'imports.undo.productUpdated',
  },
  deal: {
    icon: Handshake,
    label: 'nav.deals.label',
    hint: 'imports.record.dealHint',
    nameless: 'imports.nameless.deal',
    matchedBy: 'imports.matchedBy.deal',
    policy: 'imports.policy.deal',
    fillHint: 'imports.policy.dealFillHint',
    createHint: 'imports.policy.dealCreateHint',
    run: 'imports.run.deal',
    show: 'imports.show.deal',
    undoCreated: 'imports.undo.dealCreated',
    undoUpdated: 'imports.undo.dealUpdated',
  },
};

export const stateTexts: Record<ImportState, { label: MessageId; tone: Tone }> = {
  uploaded: { label: 'imports.state.uploaded', tone: 'gray' },
  planning: { label: 'imports.state.planning', tone: 'blue' },
  planned: { label: 'imports.state.planned', tone: 'yellow' },
  running: { label: 'imports.state.running', tone: 'blue' },
  completed: { label: 'imports.state.completed', tone: 'green' },
  failed: { label: 'imports.state.failed', tone: 'red' },
  canceled: { label: 'imports.state.canceled', tone: 'orange' },
  undoing: { label: 'imports.state.undoing', tone: 'blue' },
  undone: { label: 'imports.state.undone', tone: 'outline' },
};
