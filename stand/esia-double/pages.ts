import type { DoublePerson } from './persons.ts';

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

function page(title: string, body: string): string {
  return `<!doctype html><html lang="ru"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}button{font:inherit;margin:.15rem 0;padding:.3rem .8rem}</style>
</head><body><h1>${title}</h1><p>Учебный двойник ЕСИА: все люди вымышлены.</p>${body}</body></html>`;
}

const hidden = (request: string) => `<input type="hidden" name="request" value="${escapeHtml(request)}">`;

/** Pick a listed person or name a generated one. */
export function loginPage(request: string, persons: readonly DoublePerson[]): string {
  const buttons = persons.map((person) => {
    const name = [person.lastName, person.firstName, person.middleName].filter(Boolean).join(' ');
    return `<div><button name="person" value="${person.key}">${escapeHtml(name)}</button> ${escapeHtml(person.label)}</div>`;
  });
  return page(
    'Вход',
    `<form method="post" action="/login">${hidden(request)}${buttons.join('')}</form>
<form method="post" action="/login">${hidden(request)}<p><label>Житель по номеру: <input name="person" value="citizen-1" pattern="(citizen|surgut|nefteyugansk|tyumen)-[0-9]{1,5}"></label>
<button>Войти</button></p></form>`,
  );
}

export function consentPage(request: string, mnemonic: string, scopes: readonly string[]): string {
  const list = scopes.map((scope) => `<li>${escapeHtml(scope)}</li>`).join('');
  return page(
    'Согласие',
    `<p>Система ${escapeHtml(mnemonic)} просит:</p><ul>${list}</ul>
<form method="post" action="/consent">${hidden(request)}<button name="answer" value="allow">Предоставить</button> <button name="answer" value="refuse">Отказать</button></form>`,
  );
}

export function messagePage(title: string, text: string): string {
  return page(escapeHtml(title), `<p>${escapeHtml(text)}</p>`);
}
