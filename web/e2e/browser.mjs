// Finds a browser for the journeys without root: CHROMIUM_PATH, the system's own, Playwright's own, then the one that an npm package carries.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
// `tanhui doctor` looks in the same places. The shell first: the same engine without a browser's windows takes a third of the time to open a page's context.
const systemPaths = JSON.parse(readFileSync(join(root, 'platform', 'src', 'cli', 'chromium-paths.json'), 'utf8'));

/** Gives the variables that the browser tests run with: where Chromium is, where its libraries and its Chinese font are. */
export async function browserEnvironment(environment = process.env) {
  const own = [environment.CHROMIUM_PATH, ...systemPaths].find((path) => path && existsSync(path));
  if (own) return { CHROMIUM_PATH: own, ...fonts() };
  const playwrights = await playwrightsOwn();
  if (playwrights) return { CHROMIUM_PATH: playwrights, ...fonts() };
  return { ...(await packaged()), ...fonts() };
}

async function playwrightsOwn() {
  const { chromium } = await import('playwright-core');
  const path = chromium.executablePath();
  return path && existsSync(path) ? path : undefined;
}

/** The package unpacks its browser into the temporary folder; its libraries stand in for libnss3 and libnspr4 where the system has none. */
async function packaged() {
  const { default: chromium } = await import('@sparticuz/chromium');
  const CHROMIUM_PATH = await chromium.executablePath();
  const libraries = join(dirname(CHROMIUM_PATH), 'al2023', 'lib');
  if (!existsSync(libraries)) {
    const home = join(root, 'node_modules', '@sparticuz', 'chromium');
    const { inflate } = await import(pathToFileURL(join(home, 'build', 'esm', 'lambdafs.js')).href);
    await inflate(join(home, 'bin', 'al2023.tar.br'));
  }
  const known = process.env.LD_LIBRARY_PATH;
  return { CHROMIUM_PATH, LD_LIBRARY_PATH: known ? `${libraries}:${known}` : libraries };
}

/** Noto Sans SC from npm beside whatever the system has, so that Chinese is drawn everywhere. */
function fonts() {
  const folder = join(root, 'node_modules', '@expo-google-fonts', 'noto-sans-sc');
  if (!existsSync(folder)) return {};
  const cache = join(root, '.cache', 'fonts');
  mkdirSync(cache, { recursive: true });
  const file = join(cache, 'fonts.conf');
  const weights = ['400Regular', '500Medium', '600SemiBold', '700Bold'];
  const lines = [
    '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>',
    ...['/usr/share/fonts', join(homedir(), '.fonts')].map((path) => `<dir>${path}</dir>`),
    ...weights.map((weight) => `<dir>${join(folder, weight)}</dir>`),
    `<cachedir>${cache}</cachedir>`,
    // A browser without a desktop asks for a default under several names; whatever is not installed becomes Noto.
    ...['system-ui', 'sans-serif', 'sans', 'Sans', 'serif', 'Times New Roman'].map(
      (family) =>
        `<match target="pattern"><test name="family"><string>${family}</string></test>` +
        '<edit name="family" mode="assign" binding="strong"><string>Noto Sans SC</string></edit></match>',
    ),
    '<match target="pattern"><edit name="family" mode="append_last"><string>Noto Sans SC</string></edit></match>',
    '</fontconfig>',
  ];
  writeFileSync(file, lines.join('\n'));
  return { FONTCONFIG_FILE: file };
}
