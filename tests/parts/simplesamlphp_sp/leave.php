<?php
// Its sign-out button.
require_once '/usr/share/simplesamlphp/lib/_autoload.php';
(new \SimpleSAML\Auth\Simple('gateway'))->logout([
    'ReturnTo' => \SimpleSAML\Utils\HTTP::getSelfURLHost() . '/site/left.php',
    'ReturnStateParam' => 'state',
    'ReturnStateStage' => 'left',
]);
