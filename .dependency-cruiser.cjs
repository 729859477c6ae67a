/** Who may import whom. A rule's name is the error message; docs/architecture.md says why. */
const order = [
  'accounts',
  'identity',
  'plugin-host',
  'methodologies',
  'activities',
  'carbon',
  'intake',
  'wallets',
  'rewards',
  'audit',
  'operations',
];
const modules = order.join('|');
const adapters =
  '^platform/src/(storage/(sqlite|mongo)|ledger/(embedded|fabric)|plugin-host/drivers|wallets/gateways)/';

const keepOrder = order.map((name, at) => ({
  name: 'modules-keep-their-order',
  severity: 'error',
  from: { path: `^platform/src/${name}/`, pathNot: '[.](test|contract)[.]ts$' },
  to: {
    path: `^platform/src/(${order
      .slice(at + 1)
      .concat('none')
      .join('|')})/`,
  },
}));

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'sdk-is-a-leaf',
      severity: 'error',
      from: { path: '^sdk/' },
      to: { path: '^(platform|plugins|chaincode|web)/' },
    },
    {
      name: 'sdk-model-is-pure',
      severity: 'error',
      from: { path: '^sdk/src/model/', pathNot: '[.]test[.]ts$' },
      to: { pathNot: '^sdk/src/model/' },
    },
    {
      name: 'verify-shares-no-code',
      severity: 'error',
      from: { path: '^sdk/src/verify/', pathNot: '[.]test[.]ts$' },
      to: { pathNot: '^sdk/src/verify/|^node_modules/@noble' },
    },
    {
      name: 'chaincode-stands-alone',
      severity: 'error',
      from: { path: '^chaincode/(src|probe)/' },
      to: { pathNot: '^chaincode/|node_modules/fabric-(contract-api|shim)|^(node:)?crypto$' },
    },
    {
      name: 'plugins-see-only-the-sdk',
      severity: 'error',
      from: { path: '^plugins/', pathNot: '[.]test[.]ts$|/test/' },
      to: { pathNot: '^plugins/|^sdk/src/' },
    },
    {
      name: 'web-sees-only-the-sdk',
      severity: 'error',
      from: { path: '^web/src/' },
      to: { path: '^(platform|plugins|chaincode)/' },
    },
    {
      name: 'kernel-is-pure',
      severity: 'error',
      from: { path: '^platform/src/kernel/', pathNot: '[.]test[.]ts$' },
      to: { pathNot: '^platform/src/kernel/|^sdk/src/model/|^(node:)?crypto$' },
    },
    {
      name: 'modules-have-one-door',
      severity: 'error',
      from: { path: `^platform/src/([^/]+)/`, pathNot: '^platform/src/compose/|[.](test|contract)[.]ts$' },
      to: {
        path: `^platform/src/(${modules})/`,
        pathNot: `^platform/src/(${modules})/(index[.]ts|testing[.]ts)$|^platform/src/$1/`,
      },
    },
    ...keepOrder,
    {
      name: 'domain-knows-no-transport',
      severity: 'error',
      from: { path: `^platform/src/(${modules})/`, pathNot: `${adapters}|[.]test[.]ts$` },
      to: {
        path: 'node_modules/(@koa|koa|mongoose|mongodb|@hyperledger|fabric-[^/]+)/|^(node:)?sqlite$|^platform/src/http/',
      },
    },
    {
      name: 'adapters-only-in-compose',
      severity: 'error',
      from: { path: '^platform/src/', pathNot: `^platform/src/compose|${adapters}|[.]test[.]ts$` },
      to: { path: adapters },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage|\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['tanhui-source', 'import', 'node', 'default', 'types'],
    },
  },
};
