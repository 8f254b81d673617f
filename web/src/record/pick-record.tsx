import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PickSource } from '@/grid/types';
import { useDebounced } from '@/lib/debounce';
import { Combobox, type ComboboxOption } from '@/ui/combobox';

interface PickRecordProps {
  source: Extract<PickSource, { search: unknown }>;
  value: ComboboxOption | null;
  onChange: (value: ComboboxOption | null) => void;
  placeholder: string;
}

/** A field of a form that holds another record, found by what is typed. */
export function PickRecord({ source, value, onChange, placeholder }: PickRecordProps) {
  const [text, setText] = useState('');
  const asked = useDebounced(text.trim(), 150);
  const found = useQuery({
    queryKey: ['pick', source.name, asked],
    queryFn: ({ signal }) => source.search(asked, signal),
    staleTime: 30_000,
    placeholderData: (before) => before,
  });
  return (
    <Combobox
      value={value}
      onValueChange={onChange}
      onSearch={setText}
      loading={found.isFetching}
      options={(found.data ?? []).map(({ id, label, hint }) => ({ value: id, label, hint }))}
      placeholder={placeholder}
      clearable
    />
  );
}
