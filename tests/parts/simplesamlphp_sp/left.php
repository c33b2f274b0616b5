<?php
// Where its sign-out ends: the status of our LogoutResponse, and whether anybody is still there.
require_once '/usr/share/simplesamlphp/lib/_autoload.php';
$state = isset($_GET['state']) ? \SimpleSAML\Auth\State::loadState($_GET['state'], 'left') : [];
header('Content-Type: application/json');
echo json_encode([
    'status' => $state['saml:sp:LogoutStatus'] ?? null,
    'here' => (new \SimpleSAML\Auth\Simple('gateway'))->isAuthenticated(),
]);
