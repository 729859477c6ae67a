import { createPinia } from 'pinia';
import { createApp, nextTick } from 'vue';
import type { Component } from 'vue';
import { createRouter, createWebHashHistory } from 'vue-router';
import type { Router, RouteRecordRaw } from 'vue-router';
import './tokens.css';
import './base.css';
import { keepTitle } from './focus.ts';
import { usePreferences } from './preferences.ts';

/** Starts a face. Addresses live behind the hash, so that any static host serves them; a new page starts at its top with the focus on its title. */
export function startFace(
  root: Component,
  routes: readonly RouteRecordRaw[],
  prepare: (router: Router) => void = () => undefined,
): void {
  const router = createRouter({
    history: createWebHashHistory(),
    routes,
  });
  prepare(router);
  const face = document.querySelector('#app') ?? document.body;
  const titles = keepTitle(face);
  router.afterEach(async (to, from) => {
    await nextTick();
    document.documentElement.dataset['address'] = to.path;
    if (from.matched.length === 0 || to.path === from.path) return;
    scrollTo(0, 0);
    titles.opened();
  });
  const app = createApp(root).use(createPinia()).use(router);
  usePreferences();
  app.mount(face);
}
