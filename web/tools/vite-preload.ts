import type { HtmlTagDescriptor, Plugin, Rolldown } from 'vite';

/**
 * Names the scripts of the signed-in frame and of the customers page in `index.html`, so that they travel beside the
 * entry instead of after it.
 */
export function preloadRoutes(routes: RegExp): Plugin {
  return {
    name: 'entente:preload-routes',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        if (!bundle) return [];
        const files = new Set<string>();
        const add = (file: string) => {
          const chunk = bundle[file];
          if (chunk?.type !== 'chunk' || files.has(file)) return;
          files.add(file);
          for (const imported of chunk.imports) add(imported);
        };
        for (const chunk of Object.values(bundle)) if (isRoute(chunk, routes)) add(chunk.fileName);
        return [...files]
          .filter((file) => !html.includes(file))
          .map(
            (file): HtmlTagDescriptor => ({
              tag: 'link',
              attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` },
              injectTo: 'head',
            }),
          );
      },
    },
  };
}

function isRoute(chunk: Rolldown.OutputChunk | Rolldown.OutputAsset, routes: RegExp): boolean {
  return chunk.type === 'chunk' && chunk.isDynamicEntry && routes.test(chunk.facadeModuleId ?? '');
}
