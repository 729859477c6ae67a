/* global SwaggerUIBundle */
// Shows the document of this very server; nothing is asked of anybody else.
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  validatorUrl: null,
  docExpansion: 'none',
  tagsSorter: 'alpha',
  requestInterceptor(request) {
    request.headers['accept-language'] = navigator.language.startsWith('zh') ? 'zh-CN' : 'en';
    return request;
  },
});
