# One image for the services and the set-up; what it runs is the command. No build step: Node runs the sources.
FROM node:24-bookworm-slim AS packages
WORKDIR /app
# The pnpm of package.json's packageManager.
RUN npm install --global pnpm@12.21.0
COPY pnpm-lock.yaml pnpm-workspace.yaml ./
COPY patches patches
RUN pnpm fetch --prod
COPY . .
RUN pnpm install --offline --frozen-lockfile --prod \
  --filter '@hotlead/ingestor...' --filter '@hotlead/scorer...' --filter '@hotlead/tiering...' --filter '@hotlead/cli...'

FROM node:24-bookworm-slim
WORKDIR /app
COPY --from=packages /app /app
# A new volume takes its owner from here.
RUN install -d -o node -g node /var/lib/hotlead/spool
USER node
ENV HOTLEAD_HOST=0.0.0.0
CMD ["node", "packages/cli/src/main.ts", "--help"]
