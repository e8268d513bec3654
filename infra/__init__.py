"""What surrounds the app: Azure resources (Bicep) and the local stand-in."""
