<?php
$values = json_decode(file_get_contents(__DIR__ . '/../values.json'), true);
$metadata[$values['base'] . '/simplesaml/saml2/idp/metadata.php'] = [
    'host' => '__DEFAULT__',
    'auth' => 'hub',
    'privatekey' => 'hub.key',
    'certificate' => 'hub.crt',
    'signature.algorithm' => 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    'saml20.sign.assertion' => true,
    'saml20.sign.response' => false,
    // What the gateway does too: a pseudonym of the service's own, and only what it may have.
    'NameIDFormat' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
    'authproc' => [
        3 => ['class' => 'saml:PersistentNameID', 'attribute' => 'uid'],
        4 => array_merge(['class' => 'core:AttributeLimit'], $values['released']),
    ],
];
