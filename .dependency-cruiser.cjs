/** Who may know whom: services → packages → model and contracts; services never each other; the pure stay pure. */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'A cycle means that two files are one idea, or that one idea is in the wrong file.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'services-apart',
      severity: 'error',
      comment: 'Services talk through topics only.',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'packages-below-services',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^services/' },
    },
    {
      name: 'model-is-pure',
      severity: 'error',
      comment:
        'packages/model computes; it reads nothing but its arguments. createHash is a function of its input.',
      from: { path: '^packages/model/src/', pathNot: '[.]test[.]ts$' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'model-knows-contracts-only',
      severity: 'error',
      from: { path: '^packages/model/src/', pathNot: '[.]test[.]ts$' },
      to: { path: '^(packages|services)/', pathNot: '^packages/(model|contracts)/' },
    },
    {
      name: 'calibrate-is-pure',
      comment: 'Outcomes and values come in as parameters; it knows no log, no file and no clock.',
      from: { path: '^packages/calibrate/src/', pathNot: '[.]test[.]ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'calibrate-knows-the-model-only',
      from: { path: '^packages/calibrate/src/', pathNot: '[.]test[.]ts$' },
      to: { path: '^(packages|services)/', pathNot: '^packages/(calibrate|model|contracts)/' },
    },
    {
      name: 'processors-are-pure',
      severity: 'error',
      comment: 'What folds knows the model and the contracts; no client, no socket, no file.',
      from: {
        path: '^packages/processors/src/',
        pathNot: '[.]test[.]ts$',
      },
      to: { path: '^packages/', pathNot: '^packages/(model|contracts|stream|processors)/' },
    },
    {
      name: 'processors-no-core',
      severity: 'error',
      from: {
        path: '^packages/processors/src/',
        pathNot: '[.]test[.]ts$',
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'whatif-is-pure',
      severity: 'error',
      comment: 'It folds what it is given; reading the log or a file is the command line’s.',
      from: { path: '^packages/whatif/src/', pathNot: '[.]test[.]ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'whatif-knows-the-pure-only',
      severity: 'error',
      from: { path: '^packages/whatif/src/', pathNot: '[.]test[.]ts$' },
      to: { path: '^packages/', pathNot: '^packages/(whatif|model|contracts|stream|processors)/' },
    },
    {
      name: 'contracts-at-the-bottom',
      severity: 'error',
      from: { path: '^packages/contracts/src/', pathNot: '[.]test[.]ts$' },
      to: { path: '^packages/', pathNot: '^packages/contracts/' },
    },
    {
      name: 'testkit-in-tests-only',
      severity: 'error',
      from: {
        pathNot:
          '[.]test[.]ts$|^(packages|services)/[^/]+/test/|^packages/testkit/|^e2e/|^bench/|^chaos/|^fuzz/',
      },
      to: { path: '^packages/testkit/' },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // TypeScript 7 has no API for tools yet; swc is here for jest anyway.
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
      extensions: ['.ts', '.js', '.cjs', '.mjs', '.json'],
    },
  },
}
