import { post, test, visit } from './fixtures';
for (const theme of ['light', 'dark'] as const)
  for (const width of [1440, 390])
    test(`shots ${theme} ${width}`, async ({ page, owner: _ }) => {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
      const tier = await post<{ options: Array<{ id: string }> }>(page.request, '/custom-fields', { record: 'customer', label: 'Tier', kind: 'select', options: [{ label: 'Gold' }, { label: 'Silver' }], required: true });
      for (const [label, kind] of [['Seats', 'number'], ['Contract end', 'date'], ['Pays by invoice', 'boolean'], ['Portal', 'url'], ['Billing email', 'email'], ['Account manager', 'user'], ['Remark', 'text']])
        await post(page.request, '/custom-fields', { record: 'customer', label, kind });
      const many = await post<{ options: Array<{ id: string }> }>(page.request, '/custom-fields', { record: 'customer', label: 'Interests', kind: 'multi_select', options: [{ label: 'Sailing' }, { label: 'Chess' }] });
      const f = await post<{ id: string }>(page.request, '/custom-fields', { record: 'customer', label: 'Old code', kind: 'text' });
      await post(page.request, `/custom-fields/${f.id}/archive`, {});
      const ada = await post<{ id: string }>(page.request, '/customers', { fullName: 'Ada Lovelace', custom: { tier: tier.options[0]?.id, seats: 1250.5, portal: 'https://a.example/portal/of/ada', interests: many.options.map(({ id }) => id), contract_end: '2027-03-31' } });
      await visit(page, '/settings/custom-fields');
      await page.getByText('1 archived field').click();
      await page.waitForTimeout(700);
      await page.screenshot({ path: `/tmp/cfshots/settings-${theme}-${width}.png` });
      await page.getByRole('button', { name: 'Edit Tier' }).click();
      await page.waitForTimeout(700);
      await page.screenshot({ path: `/tmp/cfshots/edit-${theme}-${width}.png` });
      await visit(page, `/crm/customers?open=${ada.id}&cols=fullName!,custom.tier,custom.seats,custom.interests,custom.contract_end`);
      await page.getByText('Show 4 empty fields').scrollIntoViewIfNeeded();
      await page.waitForTimeout(700);
      await page.screenshot({ path: `/tmp/cfshots/drawer-${theme}-${width}.png` });
      await visit(page, `/crm/customers?new=true`);
      await page.getByRole('button', { name: 'Create customer' }).click();
      await page.waitForTimeout(700);
      await page.screenshot({ path: `/tmp/cfshots/new-${theme}-${width}.png` });
    });
