import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { claimsOf, readStandState } from './driver.ts';
import { servePortal } from './portal-page.ts';

/** The first sign-in: identity asks the realm for the name and keeps it encrypted. */
const REGISTER =
  'mutation ($input: RegisterMeInput!) { registerMe(input: $input) { person { id displayName } rejection { code } } }';

/** Only what a machine without a screen, a sandbox or an outside network needs. */
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

function findChromium(): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)];
  const candidates = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return [process.env['CHROMIUM_PATH'] ?? '', ...candidates].find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return path !== '';
    } catch {
      return false;
    }
  });
}

const executablePath = findChromium();
/** Shows as skipped without a stand or a browser. */
const possible = executablePath !== undefined && process.env['VECHE_STAND_STATE'] !== undefined;

(possible ? describe : describe.skip)('a person in a real browser', () => {
  let browser: Browser;
  let portal: Awaited<ReturnType<typeof servePortal>>;
  beforeAll(async () => {
    portal = await servePortal(readStandState().urls.keycloak);
    browser = await chromium.launch({ executablePath: executablePath!, args: FLAGS.split(' ') });
  });
  afterAll(async () => {
    await browser?.close();
    await portal?.stop();
  });

  /** From the portal's button through Keycloak's page to the double's list of persons. */
  async function openEsia(): Promise<Page> {
    const page = await (await browser.newContext({ locale: 'ru-RU' })).newPage();
    await page.goto(portal.url);
    await page.click('#login');
    await page.click('#social-esia');
    await page.waitForSelector('button[name="person"]');
    return page;
  }

  async function signIn(): Promise<Page> {
    const page = await openEsia();
    await page.click('button[name="person"][value="adult-surgut"]');
    await page.click('button[name="answer"][value="allow"]');
    await page.waitForFunction("document.getElementById('token')?.textContent");
    return page;
  }

  test('signs in through Keycloak and ESIA, and the gateway knows who it is', async () => {
    const page = await signIn();
    const token = (await page.textContent('#token'))!;
    const claims = claimsOf(token);
    expect(claims).toMatchObject({ azp: 'portal', esia_trusted: true, typ: 'Bearer' });
    expect(claims).not.toHaveProperty('snils_h');
    await page.context().close();

    const { gateway } = readStandState().urls;
    if (gateway === undefined) return;
    const response = await fetch(new URL('/graphql', gateway), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: REGISTER, variables: { input: { idempotencyKey: randomUUID() } } }),
    });
    expect(await response.json()).toMatchObject({
      data: { registerMe: { person: { id: claims['sub'], displayName: expect.stringMatching(/[А-Яа-я]/) } } },
    });
  });

  test.each([
    ['stay', 'button[name="answer"]'],
    ['leave', 'button[name="person"]'],
  ])('signs out and chooses to %s at ESIA', async (choice, nextTime) => {
    const page = await signIn();
    await page.click('#logout');
    await page.click(`#${choice}`);
    await page.waitForURL(`${portal.url}/bye**`);
    await page.click('#login');
    await page.click('#social-esia');
    // Who stayed is only asked to agree; who left is asked who they are.
    await page.waitForSelector(nextTime);
    expect((await page.locator('button[name="person"]').count()) > 0).toBe(choice === 'leave');
    await page.context().close();
  });

  test('may refuse at ESIA and is back at Keycloak with a sentence, not signed in', async () => {
    const page = await openEsia();
    await page.click('button[name="person"][value="adult-surgut"]');
    await page.click('button[name="answer"][value="refuse"]');
    await page.waitForSelector('#social-esia');
    expect(new URL(page.url()).pathname).toContain('/realms/veche/');
    expect(await page.locator('#token').count()).toBe(0);
    await page.context().close();
  });
});
