import type { AiProvider, AiProviderPatch, NewAiProvider, TestAiProvider } from '@/api/types';

/** A provider while it is edited. */
export interface ModelDraft {
  readonly name: string;
  readonly baseUrl: string;
  /** Empty leaves the key that is kept. */
  readonly apiKey: string;
  readonly chatModel: string;
  readonly tokensPerDay: string;
}

export function draftOf(provider: AiProvider | null): ModelDraft {
  return {
    name: provider?.name ?? '',
    baseUrl: provider?.baseUrl ?? '',
    apiKey: '',
    chatModel: provider?.chatModel ?? '',
    tokensPerDay: String(provider?.tokensPerDay ?? 2_000_000),
  };
}

export function isWhole({ name, baseUrl, chatModel, tokensPerDay }: ModelDraft): boolean {
  return [name, baseUrl, chatModel].every((text) => text.trim() !== '') && /^\d+$/.test(tokensPerDay.trim());
}

export function newBody({ name, baseUrl, apiKey, chatModel, tokensPerDay }: ModelDraft): NewAiProvider {
  return {
    name: name.trim(),
    baseUrl: baseUrl.trim(),
    chatModel: chatModel.trim(),
    tokensPerDay: Number(tokensPerDay),
    ...(apiKey.trim() === '' ? {} : { apiKey: apiKey.trim() }),
  };
}

/** Only what differs: the same address sent again would be no reason to forget the key, but nor is it needed. */
export function patchOf(provider: AiProvider, draft: ModelDraft): AiProviderPatch {
  const now = newBody(draft);
  return {
    ...(now.name === provider.name ? {} : { name: now.name }),
    ...(now.baseUrl === provider.baseUrl ? {} : { baseUrl: now.baseUrl }),
    ...(now.chatModel === provider.chatModel ? {} : { chatModel: now.chatModel }),
    ...(now.tokensPerDay === provider.tokensPerDay ? {} : { tokensPerDay: now.tokensPerDay }),
    ...(now.apiKey === undefined ? {} : { apiKey: now.apiKey }),
  };
}

export function testOf(provider: AiProvider | null, draft: ModelDraft): TestAiProvider {
  const { baseUrl, chatModel, apiKey } = newBody(draft);
  return {
    baseUrl,
    chatModel,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(provider === null ? {} : { id: provider.id }),
  };
}
