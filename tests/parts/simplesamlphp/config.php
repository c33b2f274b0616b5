<?php
// What the test says (addresses, people, service providers) lies in values.json.
$values = json_decode(file_get_contents(__DIR__ . '/values.json'), true);
$directory = $values['directory'];

$config = [
    'baseurlpath' => $values['base'] . '/simplesaml/',
    'certdir' => $directory . '/',
    'loggingdir' => $directory . '/',
    'datadir' => $directory . '/data/',
    'tempdir' => $directory . '/data',
    'metadatadir' => __DIR__ . '/metadata/',
    'metadata.sources' => array_merge(
        [['type' => 'flatfile']],
        array_map(fn($file) => ['type' => 'xml', 'file' => $file], $values['sources'])
    ),
    'technicalcontact_name' => 'Beheer',
    'technicalcontact_email' => 'beheer@esdoorn.test',
    'timezone' => 'Europe/Amsterdam',
    'secretsalt' => 'a-salt-for-tests-only',
    'auth.adminpassword' => 'unused-' . bin2hex(random_bytes(16)),
    'admin.checkforupdates' => false,
    'logging.handler' => 'errorlog',
    'logging.level' => SimpleSAML\Logger::NOTICE,
    'enable.saml20-idp' => true,
    'module.enable' => ['exampleauth' => true, 'core' => true, 'saml' => true],
    'store.type' => 'phpsession',
    'session.phpsession.savepath' => $directory . '/sessions',
    'session.cookie.secure' => false,
    'session.cookie.samesite' => 'Lax',
    'session.phpsession.httponly' => true,
    'language.default' => 'nl',
    'theme.use' => 'default',
];
