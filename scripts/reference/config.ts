import { settings } from '../../platform/src/config.ts';
import type { Page } from './page.ts';
import { code, page, table } from './page.ts';

/** Every setting of the server and the commands. */
export function configPage(): Page {
  const rows = settings().map(({ name, values, byDefault = '', about }) => [
    code(name),
    values,
    code(byDefault),
    about,
  ]);
  return page('config.md', 'Settings', [
    'Settings are environment variables, read once at the start. One that is not listed here but begins with `TANHUI_` is refused as a typing error (`CONFIG_INVALID`), and so is a value that does not fit. The unit stands at the end of the name.',
    table(['setting', 'value', 'default', 'what it is for'], rows),
    'Production (`TANHUI_MODE=production`) refuses the simulated gateway, programmes that are demonstrations or pilots, and any folder whose keys were made by a demo. Two servers cannot share a folder of the embedded store: the second one is refused with `STORAGE_LOCKED`.',
  ]);
}
