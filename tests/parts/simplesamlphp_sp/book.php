<?php
// A page of the supplier: what it learned of who is there, as JSON.
require_once '/usr/share/simplesamlphp/lib/_autoload.php';
$auth = new \SimpleSAML\Auth\Simple('gateway');
$auth->requireAuth();
header('Content-Type: application/json');
echo json_encode([
    'attributes' => $auth->getAttributes(),
    'name_id' => $auth->getAuthData('saml:sp:NameID')->getValue(),
]);
