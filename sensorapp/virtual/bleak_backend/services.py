"""Discovery: the sensor's GATT table, read over the air, in bleak's form."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from bleak.assigned_numbers import gatt_char_props_to_strs
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bumble import core
from bumble.gatt_client import Client, ServiceProxy


async def discover(
    gatt: Client, wanted: set[str] | None, max_write_size: Callable[[], int]
) -> BleakGATTServiceCollection:
    """Find all services with their characteristics and descriptors.

    `wanted` limits it to services with these UUIDs; None is all. Raises what Bumble
    raises when the link ends meanwhile.
    """
    collection = BleakGATTServiceCollection()
    for proxy in await gatt.discover_services():
        text = uuid_text(proxy.uuid)
        if wanted is not None and text not in wanted:
            continue
        service = BleakGATTService(proxy, proxy.handle, text)
        collection.add_service(service)
        await _add_characteristics(gatt, proxy, service, collection, max_write_size)
    return collection


async def _add_characteristics(
    gatt: Client,
    proxy: ServiceProxy,
    service: BleakGATTService,
    collection: BleakGATTServiceCollection,
    max_write_size: Callable[[], int],
) -> None:
    for found in await gatt.discover_characteristics((), proxy):
        characteristic = BleakGATTCharacteristic(
            found,
            found.handle,
            uuid_text(found.uuid),
            sorted(gatt_char_props_to_strs(int(found.properties))),
            max_write_size,
            service,
        )
        collection.add_characteristic(characteristic)
        for descriptor in await gatt.discover_descriptors(found):
            collection.add_descriptor(
                BleakGATTDescriptor(
                    descriptor, descriptor.handle, uuid_text(descriptor.type), characteristic
                )
            )
        found.descriptors_discovered = True


def uuid_text(value: core.UUID) -> str:
    """The 128-bit text form that bleak compares."""
    return str(uuid.UUID(bytes=value.to_bytes(force_128=True)[::-1]))
