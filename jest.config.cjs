/** Two projects: `unit` is pure and quick; `int` has real servers of its own, one set for the whole run. */
const common = {
  rootDir: __dirname,
  transform: {
    // The checker of chaos/ is plain JavaScript in ES modules, its tests too.
    '\\.(ts|mjs)$': [
      '@swc/jest',
      {
        jsc: { target: 'es2024', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  testPathIgnorePatterns: ['/node_modules/', '/.hotlead/'],
  modulePathIgnorePatterns: ['/.hotlead/'],
}

module.exports = {
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: [
        '<rootDir>/{packages,services,deploy,bench,chaos,fuzz,docs}/**/*.test.ts',
        '<rootDir>/chaos/**/*.test.mjs',
        '<rootDir>/e2e/**/*.unit.test.ts',
      ],
      testPathIgnorePatterns: [...common.testPathIgnorePatterns, '[.]int[.]test[.]ts$'],
    },
    {
      ...common,
      displayName: 'int',
      testMatch: [
        '<rootDir>/{packages,services,deploy,chaos}/**/*.int.test.ts',
        '<rootDir>/e2e/**/*.test.ts',
      ],
      testPathIgnorePatterns: [...common.testPathIgnorePatterns, '[.]unit[.]test[.]ts$'],
      globalSetup: '<rootDir>/packages/testkit/src/jestSetup.ts',
      globalTeardown: '<rootDir>/packages/testkit/src/jestTeardown.ts',
    },
  ],
  // Two cores: more workers than this make real servers slow enough to time out.
  maxWorkers: 2,
  // An upper limit only, for slow machines: with two at a time on two slow cores, ten times the usual happens.
  testTimeout: 240_000,
  reporters: [['default', { summaryThreshold: 100 }], '<rootDir>/scripts/jest-reporter.cjs'],
}
