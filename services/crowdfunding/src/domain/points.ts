/** Whole points of virtual capital. A type of its own, a number where money is a bigint of kopecks: neither passes for the other. */
export type Points = number & { readonly unit: 'points' };

export const points = (amount: number): Points => amount as Points;

export const sumOf = (amounts: readonly Points[]): Points => points(amounts.reduce<number>((sum, one) => sum + one, 0));
