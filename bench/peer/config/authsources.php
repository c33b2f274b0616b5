<?php
$values = json_decode(file_get_contents(__DIR__ . '/values.json'), true);

$config = [
    'hub' => [
        'saml:SP',
        'idp' => $values['idp'],
        'privatekey' => 'hub.key',
        'certificate' => 'hub.crt',
        'signature.algorithm' => 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
        'sign.authnrequest' => true,
        'redirect.sign' => true,
    ],
];
