import { SIGNATURE_MESSAGES } from '@veche/kit/signatures/messages';
import type { TierCode } from './domain/tier/codes.ts';
import type { HeadCode } from './domain/tier/head.ts';

/** Refusals of contests in two tiers. */
export const tierMessages: Record<TierCode | 'TIER_INVALID', string> = {
  TIER_INVALID: 'Проверьте связь с первым уровнем отбора: {reason}.',
  FIRST_TIER_REQUIRED: 'На второй уровень отбора попадают только проекты, прошедшие первый. Подайте заявку там.',
  NOT_SECOND_TIER: 'Этот конкурс не принимает проекты первого уровня таким путём.',
  FIRST_TIER_NOT_LINKED: 'Конкурс этого проекта не связан с конкурсом второго уровня.',
  FIRST_TIER_NOT_PASSED: 'Проект не прошёл отбор первого уровня или больше не считается прошедшим.',
  OUTSIDE_MUNICIPALITY: 'Проект или муниципальное образование не относится к этой территории.',
  TIER_QUOTA_EXCEEDED: 'Квота исчерпана: дальше проходит проектов — {most}.',
  RAISED_ALREADY: 'Этот проект уже передан на второй уровень отбора.',
  APPLICANT_UNKNOWN:
    'Заявитель этого проекта здесь неизвестен: заявка перенесена из другой системы. Её подаёт муниципалитет.',
};

/** Refusals of what the head of a municipality signs. */
export const headMessages = {
  ...SIGNATURE_MESSAGES,
  HEAD_INVALID: 'Укажите главу муниципального образования и акт о его полномочиях (от {min} до {max} знаков).',
  NOT_HEAD: 'Заявку подписывает глава муниципального образования. Обратитесь к организатору, если глава сменился.',
  HEAD_SIGNATURE_MISSING: 'Эту редакцию заявки ещё не подписал глава муниципального образования.',
  SIGNED_ALREADY: 'Эта редакция заявки уже подписана.',
  SIMPLE_SIGNATURE_NOT_ALLOWED: 'Порядок этого конкурса не допускает простую подпись. Подпишите заявку сертификатом.',
  SECOND_FACTOR_REQUIRED: 'Для простой подписи войдите с подтверждением по второму фактору.',
} satisfies Record<HeadCode | keyof typeof SIGNATURE_MESSAGES, string>;
