<?php
$values = json_decode(file_get_contents(__DIR__ . '/values.json'), true);

$config = ['people' => array_merge(['exampleauth:UserPass'], $values['users'])];
