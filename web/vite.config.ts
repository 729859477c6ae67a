import vue from '@vitejs/plugin-vue';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const entry = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Static files for any host: relative addresses, routes behind the hash, three entries. */
export default defineConfig({
  root: entry('.'),
  base: './',
  plugins: [vue()],
  resolve: { conditions: ['tanhui-source', 'module', 'browser', 'development|production'] },
  define: { __VUE_OPTIONS_API__: 'false', __VUE_I18N_FULL_INSTALL__: 'false', __VUE_I18N_LEGACY_API__: 'false' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    rolldownOptions: {
      input: { index: entry('index.html'), citizen: entry('citizen.html'), agency: entry('agency.html') },
    },
  },
  server: { proxy: { '/v1': 'http://127.0.0.1:8790' } },
});
