import tseslint from 'typescript-eslint';
import vue from 'eslint-plugin-vue';

/** Limits of style.md: short flat functions, few parameters, files of one concept. They are never relaxed to get green. */
const limits = {
  complexity: ['error', 10],
  'max-lines': ['error', { max: 400 }],
  'max-lines-per-function': ['error', { max: 70, skipComments: true }],
  'max-params': ['error', 3],
  'max-depth': ['error', 3],
};

const shape = {
  eqeqeq: 'error',
  'no-console': 'error',
  'no-warning-comments': 'error',
  '@typescript-eslint/no-non-null-assertion': 'error',
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/max-params': 'off',
};

/** Clock, randomness and environment are injected: only the edges may name them. */
const effects = [
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: 'Take the time from the injected Clock.',
  },
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: 'Take the time from the injected Clock.',
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'Take randomness from the injected Random.',
  },
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: 'Read settings in config.ts only.',
  },
];

export default tseslint.config(
  { ignores: ['**/node_modules/', '**/dist/', '.cache/', '**/*.d.ts', 'coverage/', 'test-results/'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: [
          './tsconfig.json',
          './chaincode/tsconfig.json',
          './chaincode/probe/tsconfig.json',
          './web/tsconfig.json',
        ],
        extraFileExtensions: ['.vue'],
      },
    },
    rules: { ...limits, ...shape, 'no-restricted-syntax': ['error', ...effects] },
  },
  { files: ['**/*.vue'], ...vue.configs['flat/recommended'].at(-1) },
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: {
      parserOptions: { parser: tseslint.parser, project: ['./web/tsconfig.json'], extraFileExtensions: ['.vue'] },
    },
    rules: {
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/multi-word-component-names': 'off',
    },
  },
  {
    files: [
      '**/*.test.ts',
      '**/*.contract.ts',
      '**/test/**',
      'web/e2e/**',
      'platform/src/runtime/**',
      'platform/src/config.ts',
      'platform/src/cli/**',
      'scripts/**',
      'bench/**',
      'web/src/**',
      '**/vite.config.ts',
    ],
    rules: { 'no-restricted-syntax': 'off', 'no-console': 'off' },
  },
  {
    files: ['**/*.test.ts', '**/*.contract.ts', '**/test/**', 'web/e2e/**'],
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/no-floating-promises': 'error' },
  },
  { files: ['**/*.{js,mjs,cjs}'], ...tseslint.configs.disableTypeChecked },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
    rules: {
      'no-restricted-syntax': 'off',
      'no-console': 'off',
      ...tseslint.configs.disableTypeChecked.rules,
      '@typescript-eslint/no-require-imports': 'off',
    },
  },
);
