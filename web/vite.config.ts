import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import { tanstackRouter } from '@tanstack/router-plugin/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compress } from './tools/vite-compress.ts';
import { messages } from './tools/vite-messages.ts';

const server = process.env.ENTENTE_DEV_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [
    tanstackRouter({ target: 'react', autoCodeSplitting: true, quoteStyle: 'single', semicolons: true }),
    react(),
    tailwindcss(),
    messages(),
    compress(),
  ],
  resolve: {
    alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) },
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: {
      // The server compares Origin with Host, so the proxy keeps the browser's Host.
      '/api': { target: server, changeOrigin: false },
    },
  },
  build: {
    target: ['chrome123', 'firefox128', 'safari17.5'],
    // Data addresses would need `img-src data:` and cannot be cached apart.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    manifest: true,
  },
});
