import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { escaped, folded, icalendar, type CalendarItem } from './icalendar.ts';

const item = (more: Partial<CalendarItem> = {}): CalendarItem => ({
  uid: 'one@veche',
  sequence: 3,
  changedAt: new Date('2026-02-01T10:00:00.000Z'),
  startsAt: new Date('2026-03-11T08:00:00.000Z'),
  endsAt: null,
  timeZone: 'Asia/Yekaterinburg',
  summary: 'Приём заявок: окончание',
  description: null,
  location: null,
  categories: ['Сроки'],
  cancelled: false,
  ...more,
});

/** Content lines as section 3.1 defines them: unfolded, each a name with parameters and a value. */
const linesOf = (text: string): string[] => text.replaceAll('\r\n ', '').split('\r\n');
const valueOf = (text: string, property: string): string =>
  linesOf(text)
    .find((line) => line.startsWith(`${property}:`) || line.startsWith(`${property};`))!
    .replace(/^[^:]*:/, '');
/** A TEXT value read back by the grammar of section 3.3.11. */
const unescaped = (value: string): string =>
  value.replace(/\\(.)/g, (_all, mark: string) => (mark === 'n' || mark === 'N' ? '\n' : mark));

/** Without the characters that no calendar may hold. */
const printable = (text: string): string =>
  [...text].filter((one) => (one >= ' ' && one !== '\u007f') || '\t\n'.includes(one)).join('');

describe('lines', () => {
  test('have at most 75 octets, and no character is cut apart', () => {
    const long = `DESCRIPTION:${'Собрание жителей двора 🏡 '.repeat(20)}`;
    const pieces = folded(long).split('\r\n');
    expect(pieces.length).toBeGreaterThan(5);
    for (const piece of pieces) expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(75);
    expect(pieces.slice(1).every((piece) => piece.startsWith(' '))).toBe(true);
    expect(pieces.map((piece, index) => (index === 0 ? piece : piece.slice(1))).join('')).toBe(long);
  });

  test.each([
    [75, 1],
    [76, 2],
    [149, 2],
    [150, 3],
  ])('%i octets are %i lines', (octets, lines) => {
    expect(folded('x'.repeat(octets)).split('\r\n')).toHaveLength(lines);
  });

  test('whatever a text holds, it is read back and begins no line of its own', () => {
    const words = fc.array(
      fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constantFrom(';', '\\', ',', '\n', 'END:VEVENT')),
    );
    fc.assert(
      fc.property(words, (parts) => {
        const summary = printable(parts.join('')) || 'x';
        const text = icalendar('К', [item({ summary })]);
        expect(unescaped(valueOf(text, 'SUMMARY'))).toBe(summary);
        expect(linesOf(text).filter((line) => line === 'END:VEVENT')).toHaveLength(1);
      }),
    );
  });

  test('breaks of every kind are written as one, other control characters are left out', () => {
    expect(escaped('a\r\nb\rc\nd\u0007\te')).toBe('a\\nb\\nc\\nd\te');
    expect(escaped('a;b,c\\d:"e"')).toBe('a\\;b\\,c\\\\d:"e"');
  });
});

test('an event: what section 3.6.1 asks for, in the wall time of its zone', () => {
  const text = icalendar('Календарь', [item({ endsAt: new Date('2026-03-11T09:30:00.000Z'), cancelled: true })]);
  expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
  expect(text.split('\r\n').every((line) => !line.includes('\n'))).toBe(true);
  const event = linesOf(text).slice(linesOf(text).indexOf('BEGIN:VEVENT'), linesOf(text).indexOf('END:VEVENT') + 1);
  expect(event).toEqual([
    'BEGIN:VEVENT',
    'UID:one@veche',
    'DTSTAMP:20260201T100000Z',
    'LAST-MODIFIED:20260201T100000Z',
    'SEQUENCE:3',
    'DTSTART;TZID=Asia/Yekaterinburg:20260311T130000',
    'DTEND;TZID=Asia/Yekaterinburg:20260311T143000',
    'STATUS:CANCELLED',
    'TRANSP:TRANSPARENT',
    'SUMMARY:Приём заявок: окончание',
    'CATEGORIES:Сроки',
    'END:VEVENT',
  ]);
});

describe('zones', () => {
  const zoneOf = (text: string): string[] => {
    const lines = linesOf(text);
    return lines.slice(lines.indexOf('BEGIN:VTIMEZONE'), lines.lastIndexOf('END:VTIMEZONE') + 1);
  };

  test('one without changes of its clocks has its offset', () => {
    expect(zoneOf(icalendar('К', [item()]))).toEqual([
      'BEGIN:VTIMEZONE',
      'TZID:Asia/Yekaterinburg',
      'BEGIN:STANDARD',
      'DTSTART:19700101T000000',
      'TZOFFSETFROM:+0500',
      'TZOFFSETTO:+0500',
      'END:STANDARD',
      'END:VTIMEZONE',
    ]);
  });

  test('changes are observances of their own, in the wall time before them', () => {
    // Moscow went from +03 to +04 on 27 March 2011 at 02:00, and to +03 on 26 October 2014 at 02:00.
    const years = ['2011-01-01', '2015-01-01'].map((day) =>
      item({ timeZone: 'Europe/Moscow', startsAt: new Date(day) }),
    );
    const lines = zoneOf(icalendar('К', years));
    expect(lines.filter((line) => /^(BEGIN|DTSTART|TZOFFSET)/.test(line)).slice(1)).toEqual([
      'BEGIN:STANDARD',
      'DTSTART:19700101T000000',
      'TZOFFSETFROM:+0300',
      'TZOFFSETTO:+0300',
      'BEGIN:DAYLIGHT',
      'DTSTART:20110327T020000',
      'TZOFFSETFROM:+0300',
      'TZOFFSETTO:+0400',
      'BEGIN:STANDARD',
      'DTSTART:20141026T020000',
      'TZOFFSETFROM:+0400',
      'TZOFFSETTO:+0300',
    ]);
  });

  test('every zone that is named is described, once', () => {
    const text = icalendar('К', [item(), item({ timeZone: 'Europe/Moscow' }), item()]);
    expect(linesOf(text).filter((line) => line.startsWith('TZID:'))).toEqual([
      'TZID:Asia/Yekaterinburg',
      'TZID:Europe/Moscow',
    ]);
  });
});
