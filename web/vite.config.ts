import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const page = (name: string): string => `${import.meta.dirname}/${name}.html`;

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [vue()],
  resolve: { conditions: ['tanhui-source', 'module', 'browser', 'development|production'] },
  build: {
    target: 'es2022',
    rolldownOptions: {
      input: { index: page('index'), citizen: page('citizen'), agency: page('agency'), partner: page('partner') },
    },
  },
});
