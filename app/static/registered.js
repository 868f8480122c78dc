// The end of a platform's registration: it may take this page away (LTI Dynamic Registration 1.0, section 3.6). That
// is no secret, and some platforms show us within pages of another origin than the one that registered itself.
(window.opener ?? window.parent).postMessage({ subject: "org.imsglobal.lti.close" }, "*");
