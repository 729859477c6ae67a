/** A copy with these members and no others; what a value lacks its copy lacks. For what goes out of the house: a member that is added later stays inside. */
export function only<Value extends object, Key extends keyof Value>(
  value: Value,
  ...keys: readonly Key[]
): Pick<Value, Key> {
  const held = keys.filter((key) => value[key] !== undefined);
  return Object.fromEntries(held.map((key) => [key, value[key]])) as Pick<Value, Key>;
}
