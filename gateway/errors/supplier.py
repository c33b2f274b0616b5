"""What a supplier sends or is."""

from gateway.errors.base import GatewayError, Mender, _


class SupplierError(GatewayError):
    status = 400
    mender = Mender.SUPPLIER
    title = _("The supplier's request could not be used")
    advice = _("Go back to the material and try again. If it stays, tell the supplier the code.")


class ServiceMetadataEnded(SupplierError):
    """What a service's metadata says, its addresses and keys, does not hold any more."""

    code = "KP-227"
    status = 403
    advice = _("Tell the supplier the code below: its metadata has ended.")


class UnknownService(SupplierError):
    code = "KP-301"
    status = 404
    title = _("We do not know this service")


class MalformedRequest(SupplierError):
    code = "KP-302"


class UnregisteredAddress(SupplierError):
    """An ACS, redirect_uri or target that the service did not register."""

    code = "KP-303"
    title = _("This address does not belong to the service")


class BadRequestSignature(SupplierError):
    code = "KP-304"
    status = 403


class UnsupportedRequest(SupplierError):
    code = "KP-305"


class ServiceOff(SupplierError):
    code = "KP-306"
    status = 403
    mender = Mender.OPERATOR
    title = _("This service is switched off")
    advice = _("Ask your teacher or your school's helpdesk which material to use.")


class ServiceNotForSchool(SupplierError):
    code = "KP-307"
    status = 403
    mender = Mender.SCHOOL
    title = _("Your school has not switched this material on")
    advice = _("Ask your teacher or your school's administrator to switch it on.")


class ServiceNotForGroup(SupplierError):
    code = "KP-308"
    status = 403
    mender = Mender.SCHOOL
    title = _("Your school has not switched this material on for you")
    advice = _("It is for other roles or classes. Ask your teacher whether you should have it.")


class MaterialNotForGroup(SupplierError):
    """The school has licences of the material for other class groups."""

    code = "KP-309"
    status = 403
    mender = Mender.SCHOOL
    title = _("Your class does not have this material")
    advice = _("Your school has it for other classes. Ask your teacher whether you should have it.")
